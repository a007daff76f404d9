package argument

import (
	"math/bits"

	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A Type says what FreeSWITCH uses the value at a position of a command for. It determines which
// values are harmless there. The zero Type is [TypeText].
type Type uint8

// The types of positions. [Type.Harmless] says which values are harmless for each.
const (
	TypeText       Type = iota // text that is shown, spoken, sent or compared
	TypeNested                 // it is analysed, and what it contains has effects of its own
	TypeNever                  // no value is harmless
	TypeWord                   // the name of a thing, or a keyword
	TypeWords                  // several of those
	TypeVariable               // the name of a variable
	TypeNumber                 // a number
	TypeTime                   // a time, or a number of seconds
	TypeChannel                // the uuid of a channel
	TypeExtension              // a number or name that a dialplan looks up
	TypeAddress                // a user with a domain, with or without a profile before it
	TypeHost                   // the name or address of a host, which is looked up and not called
	TypeURI                    // the address to which a call, or a part of it, is sent
	TypeDialString             // a dial string that is stored and not analysed
	TypeURL                    // a URL that is fetched
	TypeFile                   // a file that is read or written
	TypeFolder                 // a folder, or the beginning of a file's name
	TypePlay                   // a file, or an application with its argument after a double colon
	TypeHeader                 // the value of a SIP header
	TypeName                   // a name or number that is shown to the other side of a call
	TypeTemplate               // text that is inserted into a dial string
	TypeSQL                    // text that is inserted into an SQL statement
	TypeXML                    // text that is inserted into XML
	TypeRegex                  // a regular expression

	numTypes
)

// typeInfo describes each type.
var typeInfo = [numTypes]struct {
	name  string // the name in the catalogue and in the output of explain
	plain string // the harmless bytes, apart from letters and digits
	bare  bool   // reports whether no byte is harmless, not even letters and digits
	most  int    // the maximum length of a harmless value in bytes, 0 for no maximum
	text  string // which values are harmless, for people
}{
	TypeText:       {"text", "", false, 0, "text without control characters"},
	TypeNested:     {"nested", "", false, 0, "anything: its effects are decided one by one"},
	TypeNever:      {"never", "", true, 0, "nothing: it must be spelled"},
	TypeWord:       {"word", "_-.@+:#*", false, fstext.MaxPlain, "letters of any script, digits and _ - . @ + : # *, without :// and the ending of a stream"},
	TypeWords:      {"words", "_-.@+:#*,|=/ ", false, 1024, "letters of any script, digits, spaces and _ - . @ + : # * , | = /, without :// and the ending of a stream"},
	TypeVariable:   {"variable", "_-.", false, fstext.MaxPlain, "letters, digits and _ - ."},
	TypeNumber:     {"number", "+-.", false, 32, "digits, and a sign or a decimal point"},
	TypeTime:       {"time", "+-.:@", false, 32, "digits and + - . : @"},
	TypeChannel:    {"channel", "_-.@+", false, fstext.MaxPlain, "letters, digits and _ - . @ +, and not the word all"},
	TypeExtension:  {"extension", "_-.@+*#~", false, fstext.MaxPlain, "letters of any script, digits and _ - . @ + * # ~"},
	TypeAddress:    {"address", "_-.@+:#*/", false, fstext.MaxPlain, "letters of any script, digits and _ - . @ + : # * /, without :// and the ending of a stream"},
	TypeHost:       {"host", "_-.:/[]", false, fstext.MaxPlain, "letters, digits and _ - . : / [ ]"},
	TypeURI:        {"uri", "_-.+#*", false, fstext.MaxPlain, "letters, digits and _ - . + # *, as the user before a host that the rule spells"},
	TypeDialString: {"dialstring", "_-.@+/", false, fstext.MaxPlain, "letters, digits and _ - . @ + /"},
	TypeURL:        {"url", "_-./~?=&%:,+", false, 1024, "letters, digits and _ - . / ~ ? = & % : , +, behind a host that the rule spells, without .. and //"},
	TypeFile:       {"file", "_-./@+", false, 1024, "letters of any script, digits and _ - . / @ +, without .. // /./ and @@, with the ending of a plain file"},
	TypeFolder:     {"folder", "_-./@+", false, 1024, "letters of any script, digits and _ - . / @ +, without .. // and /./, below a folder that the rule spells"},
	TypePlay:       {"play", "", false, 0, "as for a file; what stands behind :: is decided as an application"},
	TypeHeader:     {"header", "", false, 0, "text without control characters, as it stands and with its percent escapes decoded"},
	TypeName:       {"name", "", false, 0, `text without control characters and without " \ < >, as it stands and with its percent escapes decoded`},
	TypeTemplate:   {"template", "", false, 0, `text without control characters, without , | [ ] { } ( ) < > ' " \ $ ^ and without backquotes, as it stands and with its percent escapes decoded, and without :_:`},
	TypeSQL:        {"sql", "_:.+", false, fstext.MaxPlain, "letters, digits and _ : . +"},
	TypeXML:        {"xml", "", false, 0, `text without control characters and without < > & ' "`},
	TypeRegex:      {"regex", "_- ", false, fstext.MaxPlain, "letters, digits, spaces and _ -, which match themselves"},
}

// unplain has the printable ASCII bytes that are not harmless, for the types of text: all others
// are.
var unplain = map[Type]string{
	TypeText:     "",
	TypeNested:   "",
	TypeHeader:   "",
	TypeName:     `"\<>`,
	TypeTemplate: `,|[]{}()<>'"\$^` + "`",
	TypeXML:      `<>&'"`,
}

// String returns the type's name in the catalogue, such as "file". It returns "never" for an
// unknown type.
func (t Type) String() string {
	if t >= numTypes {
		return typeInfo[TypeNever].name
	}
	return typeInfo[t].name
}

// Harmless says in words which values are harmless at a position of that type. It treats an unknown
// type as TypeNever.
func (t Type) Harmless() string {
	if t >= numTypes {
		t = TypeNever
	}
	return typeInfo[t].text
}

// Types returns all types, in the order in which the documentation lists them.
func Types() []Type {
	list := make([]Type, numTypes)
	for i := range list {
		list[i] = Type(i)
	}
	return list
}

// ParseType returns the type whose String is name. It returns TypeNever and false if there is none.
func ParseType(name string) (Type, bool) {
	for t := range numTypes {
		if typeInfo[t].name == name {
			return t, true
		}
	}
	return TypeNever, false
}

// A TypeSet is the set of types of one position. A value is harmless there if it is harmless for
// each of them. The zero TypeSet means TypeText.
type TypeSet uint32

// SetOf returns the set of the given types.
func SetOf(types ...Type) (s TypeSet) {
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

// Has reports whether t is one of the types.
func (s TypeSet) Has(t Type) bool { return s&(1<<t) != 0 || s == 0 && t == TypeText }

// Types returns the types in s. It is TypeText for the zero TypeSet.
func (s TypeSet) Types() []Type {
	if s == 0 {
		return []Type{TypeText}
	}
	var list []Type
	for ; s != 0; s &= s - 1 {
		list = append(list, Type(bits.TrailingZeros32(uint32(s))))
	}
	return list
}

// plainBytes has, for each byte, bit t set if the byte is harmless for type t. harmfulRune checks
// characters beyond ASCII.
var plainBytes = makePlainBytes()

func makePlainBytes() (table [256]TypeSet) {
	for c := range table {
		for t := range numTypes {
			if isPlainByte(t, byte(c)) {
				table[c] |= 1 << t
			}
		}
	}
	return table
}

func isPlainByte(t Type, c byte) bool {
	info := &typeInfo[t]
	bad, isText := unplain[t]
	switch {
	case info.bare:
		return false
	case t == TypeNested, t == TypePlay:
		return true
	case isText:
		return c >= 0x80 || c >= ' ' && c != 0x7f && !containsByte(bad, c)
	case t == TypeNumber, t == TypeTime:
		return ascii.IsDigit(c) || containsByte(info.plain, c)
	}
	switch {
	case ascii.IsAlphanumeric(c):
		return true
	case c >= 0x80: // harmfulRune allows only letters
		return letterTypes.Has(t)
	}
	return containsByte(info.plain, c)
}

func containsByte(s string, c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}
