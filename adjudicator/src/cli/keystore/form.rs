//! The file as it is written.

use alloy_primitives::{Address, B256, hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The most memory that a file may ask for, in bytes.
const MAX_MEMORY: u64 = 1 << 30;
/// The most rounds that a file may ask for.
const MAX_ROUNDS: u64 = 1 << 24;

/// A keystore file of version 3.
#[derive(Serialize, Deserialize)]
pub(super) struct Form {
    /// In hex without `0x`; not every program writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<Hex<Address>>,
    #[serde(alias = "Crypto")]
    pub(super) crypto: Crypto,
    #[serde(default)]
    id: Option<String>,
    version: u8,
}

/// The key, and how to get at it.
#[derive(Serialize, Deserialize)]
pub(super) struct Crypto {
    cipher: String,
    pub(super) cipherparams: CipherParameters,
    pub(super) ciphertext: Hex<Vec<u8>>,
    #[serde(flatten)]
    pub(super) kdf: Parameters,
    pub(super) mac: Hex<B256>,
}

/// Where the cipher starts.
#[derive(Serialize, Deserialize)]
pub(super) struct CipherParameters {
    pub(super) iv: Hex<[u8; 16]>,
}

/// How a password becomes the key of the cipher.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kdf", content = "kdfparams", rename_all = "lowercase")]
pub(super) enum Parameters {
    /// With much memory.
    Scrypt { dklen: u32, n: u64, p: u32, r: u32, salt: Hex<Vec<u8>> },
    /// With many rounds.
    Pbkdf2 { c: u32, dklen: u32, prf: String, salt: Hex<Vec<u8>> },
}

impl Form {
    pub(super) fn new(crypto: Crypto, address: Address, id: [u8; 16]) -> Self {
        Self { address: Some(Hex(address)), crypto, id: Some(uuid(id)), version: 3 }
    }

    /// Whether it can be opened.
    pub(super) fn check(&self) -> Result<(), String> {
        let Crypto { cipher, ciphertext, kdf, .. } = &self.crypto;
        if self.version != 3 {
            return Err(format!("version: {}, where 3 is read", self.version));
        }
        if cipher != "aes-128-ctr" {
            return Err(format!("cipher: {cipher:?}, where \"aes-128-ctr\" is read"));
        }
        if ciphertext.0.len() != 32 {
            return Err(format!("ciphertext: {} bytes, where a key has 32", ciphertext.0.len()));
        }
        kdf.check()
    }
}

impl Crypto {
    pub(super) fn new(iv: [u8; 16], ciphertext: Vec<u8>, kdf: Parameters, mac: B256) -> Self {
        let cipherparams = CipherParameters { iv: Hex(iv) };
        Self { cipher: "aes-128-ctr".to_owned(), cipherparams, ciphertext: Hex(ciphertext), kdf, mac: Hex(mac) }
    }
}

impl Parameters {
    pub(super) fn scrypt(log_n: u8, salt: B256) -> Self {
        let n = 1_u64.checked_shl(log_n.into()).unwrap_or(u64::MAX);
        Self::Scrypt { dklen: 32, n, p: 1, r: 8, salt: Hex(salt.to_vec()) }
    }

    fn check(&self) -> Result<(), String> {
        let (dklen, cost, most) = match self {
            Self::Scrypt { dklen, n, p, r, .. } => {
                if !n.is_power_of_two() || *n < 2 || *r == 0 || *p == 0 {
                    return Err(format!("kdfparams: n {n}, r {r}, p {p}: n must be a power of 2, the others above 0"));
                }
                (dklen, n.saturating_mul(128).saturating_mul(u64::from(*r)).saturating_mul(u64::from(*p)), MAX_MEMORY)
            }
            Self::Pbkdf2 { c, dklen, prf, .. } => {
                if prf != "hmac-sha256" || *c == 0 {
                    return Err(format!("kdfparams: prf {prf:?}, c {c}, where \"hmac-sha256\" and 1 or more are read"));
                }
                (dklen, u64::from(*c), MAX_ROUNDS)
            }
        };
        if *dklen != 32 {
            return Err(format!("kdfparams: dklen {dklen}, where 32 is read"));
        }
        if cost > most { Err(format!("kdfparams: a cost of {cost}, where at most {most} is borne")) } else { Ok(()) }
    }
}

/// Bytes in hex, written without `0x`.
pub(super) struct Hex<T>(pub(super) T);

impl<T: AsRef<[u8]>> Serialize for Hex<T> {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de, T: for<'a> TryFrom<&'a [u8]>> Deserialize<'de> for Hex<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        let bytes = hex::decode(&text).map_err(|_| D::Error::custom("hex is expected"))?;
        let value = T::try_from(bytes.as_slice());
        value.map(Self).map_err(|_| D::Error::custom("another length is expected"))
    }
}

/// A random UUID, of version 4, as RFC 9562 writes it.
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let digits = hex::encode(random);
    let mut rest = digits.as_str();
    let mut parts = Vec::new();
    for length in [8, 4, 4, 4, 12] {
        let (part, behind) = rest.split_at(length);
        parts.push(part);
        rest = behind;
    }
    parts.join("-")
}
