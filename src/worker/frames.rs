//! How bytes travel: a length and that many bytes.

use std::io::{self, Read, Write};

/// Frames up to this size, in bytes, are written by one call.
const AT_ONCE: usize = 1 << 20;

/// Reads one frame; none where the other side has closed.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    // The length is a claim: memory is taken as bytes arrive.
    let mut frame = Vec::with_capacity(length.min(1 << 20));
    let read = from.take(length as u64).read_to_end(&mut frame)?;
    if read < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(frame))
}

/// Writes a frame that consists of `parts`, one after another.
pub(super) fn write(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "more than 4 GB at once"))?;
    if length as usize <= AT_ONCE {
        // One call: each would wake the other side.
        let mut frame = Vec::with_capacity(length as usize + 4);
        frame.extend(length.to_le_bytes());
        parts.iter().for_each(|part| frame.extend(*part));
        to.write_all(&frame)?;
        return to.flush();
    }
    to.write_all(&length.to_le_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// Several parts as one message, see [`split`].
///
/// ```
/// use klartext::worker::{join, split};
/// assert_eq!(split(&join(&[b"a", b"", b"bc"])), Some(vec![&b"a"[..], b"", b"bc"]));
/// assert_eq!(split(b"x"), None);
/// ```
pub fn join(parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len() + 4).sum();
    let mut message = Vec::with_capacity(length);
    for part in parts {
        message.extend((part.len() as u32).to_le_bytes());
        message.extend(*part);
    }
    message
}

/// The parts of a message that [`join`] made; none where it is not one.
pub fn split(mut message: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !message.is_empty() {
        let (length, rest) = message.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        parts.push(part);
        message = rest;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_cut_ones_are_noticed() {
        let mut wire = Vec::new();
        write(&mut wire, &[b"ab", b"c"]).expect("to memory");
        write(&mut wire, &[]).expect("to memory");
        let mut from = &wire[..];
        assert_eq!(read(&mut from).expect("whole"), Some(b"abc".to_vec()));
        assert_eq!(read(&mut from).expect("whole"), Some(Vec::new()));
        assert_eq!(read(&mut from).expect("end"), None);
        assert!(read(&mut &wire[..6]).is_err());
        assert!(read(&mut &wire[..2]).is_err());
    }
}
