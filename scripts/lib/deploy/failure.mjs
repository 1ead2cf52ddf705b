// Why a command ends early, with its exit code.

export class Failure extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What was asked for does not hold, or must not be done. */
export const refusal = (message) => new Failure(1, message);

/** The command was not given what it needs. */
export const wrongUse = (message) => new Failure(2, message);

/** A node, a file or a tool failed. */
export const breakdown = (message) => new Failure(3, message);
