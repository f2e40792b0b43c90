//! The XML of `toXML` and `--xml`: escaping and layout. The caller walks the value; all four
//! releases lay it out alike (`xml-writer.cc`, `value-to-xml.cc`).

use super::float;

/// Writes one document, elements indented by two spaces for each level.
#[derive(Debug)]
pub struct XmlWriter {
    out: Vec<u8>,
    open: Vec<&'static str>,
    is_lost: bool,
}

impl XmlWriter {
    /// A document with its declaration and the open root element `expr`.
    pub fn new() -> XmlWriter {
        let mut writer = XmlWriter {
            out: b"<?xml version='1.0' encoding='utf-8'?>\n".to_vec(),
            open: Vec::new(),
            is_lost: false,
        };
        writer.open("expr", &[]);
        writer
    }

    /// How many bytes were written so far.
    pub fn written(&self) -> usize {
        self.out.len()
    }

    /// Lets go of what was written, and writes no more: what is asked for can still fail, as in C++ Nix, whose stream goes
    /// on without room.
    pub fn lose(&mut self) {
        self.out = Vec::new();
        self.is_lost = true;
    }

    /// Whether what was written is gone.
    pub fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Opens an element. The attributes are written in the order given; C++ Nix keeps them in
    /// a map, so the caller lists them by name (`column`, `line`, `name`, `path`; `drvPath`,
    /// `outPath`; `ellipsis`, `name`).
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &[u8])]) {
        if !self.is_lost {
            self.start(name, attributes);
            self.out.extend_from_slice(b">\n");
        }
        self.open.push(name);
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop()
            && !self.is_lost
        {
            self.indent();
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(b">\n");
        }
    }

    /// Writes an element without content, such as `<int value="1" />`.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        if self.is_lost {
            return;
        }
        self.start(name, attributes);
        self.out.extend_from_slice(b" />\n");
    }

    /// A float value.
    pub fn float(&mut self, value: f64) {
        self.empty("float", &[("value", float::general(value).as_bytes())]);
    }

    /// Closes what is open and hands out the document.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn indent(&mut self) {
        self.out.resize(self.out.len() + 2 * self.open.len(), b' ');
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        self.indent();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        for (attribute, value) in attributes {
            self.out.push(b' ');
            self.out.extend_from_slice(attribute.as_bytes());
            self.out.extend_from_slice(b"=\"");
            write_escaped(value, &mut self.out);
            self.out.push(b'"');
        }
    }
}

impl Default for XmlWriter {
    fn default() -> XmlWriter {
        XmlWriter::new()
    }
}

/// Escapes the text of an attribute. Carriage returns, tabs and control characters stay as they
/// are, valid XML or not.
pub fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"&quot;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'\n' => out.extend_from_slice(b"&#xA;"),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `toXML [ 1.0e6 "a<b>&\"'\n\t\r" { c = {a, ...}@z: 1; d = [ ]; } ]` in all four releases.
    #[test]
    fn a_document_is_laid_out_as_in_every_release() {
        let mut xml = XmlWriter::new();
        xml.open("list", &[]);
        xml.float(1.0e6);
        xml.empty("string", &[("value", b"a<b>&\"'\n\t\r")]);
        xml.open("attrs", &[]);
        xml.open("attr", &[("name", b"c")]);
        xml.open("function", &[]);
        xml.open("attrspat", &[("ellipsis", b"1"), ("name", b"z")]);
        xml.empty("attr", &[("name", b"a")]);
        xml.close();
        xml.close();
        xml.close();
        xml.open("attr", &[("name", b"d")]);
        xml.open("list", &[]);
        let expected = "<?xml version='1.0' encoding='utf-8'?>\n\
            <expr>\n  <list>\n    <float value=\"1e+06\" />\n\
            \x20   <string value=\"a&lt;b&gt;&amp;&quot;'&#xA;\t\r\" />\n\
            \x20   <attrs>\n      <attr name=\"c\">\n        <function>\n\
            \x20         <attrspat ellipsis=\"1\" name=\"z\">\n\
            \x20           <attr name=\"a\" />\n          </attrspat>\n        </function>\n\
            \x20     </attr>\n      <attr name=\"d\">\n        <list>\n        </list>\n\
            \x20     </attr>\n    </attrs>\n  </list>\n</expr>\n";
        assert_eq!(String::from_utf8(xml.finish()).unwrap(), expected);
    }
}
