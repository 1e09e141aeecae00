//! Small PDFs, written by hand.

// Each test program uses some of them.
#![allow(dead_code)]

use std::fmt::Write;

/// A PDF with a page for each list of lines: left and top in points, and the text. The
/// font is Helvetica, 12 points; å, ä and ö are as Windows-1252 has them.
pub fn with_pages(pages: &[&[(u32, u32, &str)]]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        kids(pages.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
    ];
    for (at, lines) in pages.iter().enumerate() {
        let content = 5 + 2 * at;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        ).into_bytes());
        let mut stream = Vec::new();
        for (left, top, text) in *lines {
            // The base line lies about a size below the top.
            let base = 842 - top - 10;
            stream.extend(format!("BT /F1 12 Tf {left} {base} Td (").bytes());
            for c in text.chars() {
                match u8::try_from(u32::from(c)) {
                    Ok(b @ (b'(' | b')' | b'\\')) => stream.extend([b'\\', b]),
                    Ok(b) => stream.push(b),
                    Err(_) => stream.push(b'?'),
                }
            }
            stream.extend(b") Tj ET\n");
        }
        let mut object = format!("<< /Length {} >>\nstream\n", stream.len()).into_bytes();
        object.extend(&stream);
        object.extend(b"\nendstream");
        objects.push(object);
    }
    assemble(&objects, "")
}

/// A PDF of one page that is a scan: a grey JPEG of so many pixels, on A4.
pub fn with_image(jpeg: &[u8], size: (u32, u32)) -> Vec<u8> {
    let (width, height) = size;
    let draw = b"q 595 0 0 842 0 0 cm /I Do Q";
    let mut image = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
        jpeg.len()
    )
    .into_bytes();
    image.extend(jpeg);
    image.extend(b"\nendstream");
    let mut content = format!("<< /Length {} >>\nstream\n", draw.len()).into_bytes();
    content.extend(draw);
    content.extend(b"\nendstream");
    assemble(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /I 4 0 R >> >> >>".to_vec(),
            image,
            content,
        ],
        "",
    )
}

/// A PDF whose pages refer to each other in a circle.
pub fn with_a_loop() -> Vec<u8> {
    assemble(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Count 2 /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Pages /Parent 2 0 R /Count 2 /Kids [2 0 R 3 0 R] >>".to_vec(),
        ],
        "",
    )
}

/// A PDF that says that it is encrypted with a password nobody knows.
pub fn encrypted() -> Vec<u8> {
    let key = "ab".repeat(32);
    let encrypt =
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >>");
    assemble(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec(),
            encrypt.into_bytes(),
        ],
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )
}

fn kids(count: usize) -> String {
    let mut kids = String::new();
    for at in 0..count {
        let _ = write!(kids, "{} 0 R ", 4 + 2 * at);
    }
    format!("<< /Type /Pages /Count {count} /Kids [{kids}] >>")
}

fn assemble(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n")
            .bytes(),
    );
    file
}
