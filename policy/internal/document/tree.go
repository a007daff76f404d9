package document

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"eslguard/policy/internal/words"
)

// maxDepth is how many levels deep values may be nested. The format itself needs six.
const maxDepth = 16

// A node is a JSON value and the byte offset at which it begins.
type node struct {
	kind    jsontext.Kind
	off     int
	text    string // the value of a string; a number or literal as it is written
	members []member
	items   []*node
}

// A member is one member of a JSON object, and the byte offset at which its name begins.
type member struct {
	key   string
	off   int
	value *node
}

// kindName returns the name of a kind of JSON value, with its article.
func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "true or false"
	default:
		return "null"
	}
}

// A treeReader turns the bytes of a file into nodes.
type treeReader struct {
	dec *jsontext.Decoder
	src *Source
	rep *Report
	// keys are the names and indexes that lead to the value that is being read.
	keys []string
}

// at returns the path of the member named key of the object that is being read.
func (t *treeReader) at(key string) *Path {
	at := &Path{}
	for _, k := range append(t.keys, key) {
		at = at.member(k)
	}
	return at
}

var errTooDeep = errors.New("too deeply nested")

// readTree reads the one JSON value of src. It adds an error for every duplicate name, and ignores
// the second value. If src is not JSON, it adds an error and returns nil.
func readTree(src *Source, rep *Report) *node {
	t := treeReader{
		// The decoder accepts duplicate names, so that object reports all of them and not only the
		// first.
		dec: jsontext.NewDecoder(bytes.NewBuffer(src.Data), jsontext.AllowDuplicateNames(true)),
		src: src,
		rep: rep,
	}
	n, err := t.value()
	if err != nil {
		t.syntax(err)
		return nil
	}
	t.end()
	return n
}

// end adds an error if something follows the value.
func (t *treeReader) end() {
	off := int(t.dec.InputOffset())
	rest := t.src.Data[off:]
	off += len(rest) - len(bytes.TrimLeft(rest, " \t\r\n"))
	if off < len(t.src.Data) {
		t.rep.Errorf(Pos{Source: t.src, off: off}, "a policy file is one JSON object", "something follows the end of the policy")
	}
}

// syntax adds an error for err, which says that the file is not JSON.
func (t *treeReader) syntax(err error) {
	off, text, hint := len(t.src.Data), "the file ends too early", ""
	var syn *jsontext.SyntacticError
	switch {
	case errors.Is(err, errTooDeep):
		off, text = int(t.dec.InputOffset()), "the values are nested too deeply"
	case err == io.EOF:
		text = "the file is empty"
	case errors.As(err, &syn):
		if !errors.Is(syn.Err, io.ErrUnexpectedEOF) {
			off, text = int(syn.ByteOffset), "not JSON: "+words.Clip(syn.Err.Error())
			if strings.Contains(text, "escape") {
				hint = `JSON has backslashes of its own, so write each one of a rule twice: \\$`
			}
		}
	}
	if bytes.HasPrefix(t.src.Data, []byte("\xef\xbb\xbf")) {
		hint = "save the file without a byte order mark"
	} else if rest := t.src.Data[min(off, len(t.src.Data)):]; bytes.HasPrefix(rest, []byte("/")) || bytes.HasPrefix(rest, []byte("#")) {
		hint = `JSON has no comments: use "note"`
	}
	t.rep.Errorf(Pos{Source: t.src, off: off}, hint, "%s", text)
}

func (t *treeReader) value() (*node, error) {
	if len(t.keys) > maxDepth {
		return nil, errTooDeep
	}
	switch k := t.dec.PeekKind(); k {
	case '{':
		return t.object()
	case '[':
		return t.array()
	default:
		return t.scalar()
	}
}

// scalar reads a string, a number or a literal. If there is something else, it returns the
// decoder's error.
func (t *treeReader) scalar() (*node, error) {
	raw, err := t.dec.ReadValue()
	if err != nil {
		return nil, err
	}
	n := &node{kind: raw.Kind(), off: int(t.dec.InputOffset()) - len(raw)}
	switch {
	case n.kind != '"':
		n.text = string(raw)
	case bytes.IndexByte(raw, '\\') < 0:
		n.text = string(raw[1 : len(raw)-1])
	default:
		text, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return nil, err
		}
		n.text = string(text)
	}
	return n, nil
}

func (t *treeReader) array() (*node, error) {
	if _, err := t.dec.ReadToken(); err != nil {
		return nil, err
	}
	n := &node{kind: '[', off: int(t.dec.InputOffset()) - 1}
	for t.dec.PeekKind() != ']' {
		t.keys = append(t.keys, strconv.Itoa(len(n.items)))
		item, err := t.value()
		if err != nil {
			return nil, err
		}
		t.keys = t.keys[:len(t.keys)-1]
		n.items = append(n.items, item)
	}
	_, err := t.dec.ReadToken()
	return n, err
}

func (t *treeReader) object() (*node, error) {
	if _, err := t.dec.ReadToken(); err != nil {
		return nil, err
	}
	n := &node{kind: '{', off: int(t.dec.InputOffset()) - 1}
	var seen nameSet
	for t.dec.PeekKind() != '}' {
		name, err := t.scalar()
		if err != nil {
			return nil, err
		}
		key := name.text
		t.keys = append(t.keys, key)
		value, err := t.value()
		if err != nil {
			return nil, err
		}
		t.keys = t.keys[:len(t.keys)-1]
		if seen.has(n, key) {
			t.rep.Errorf(Pos{t.src, name.off, t.at(key)}, "", "duplicate key %s", words.Quote(key))
			continue
		}
		n.members = append(n.members, member{key: key, off: name.off, value: value})
		seen.add(key)
	}
	_, err := t.dec.ReadToken()
	return n, err
}

// has reports whether n is an object with a member of that name.
func (n *node) has(key string) bool {
	for i := range n.members {
		if n.members[i].key == key {
			return true
		}
	}
	return false
}

// A nameSet is the set of an object's names so far. Most objects are so small that their members
// are searched instead.
type nameSet struct {
	names map[string]bool
}

// maxSearched is the most members of an object that are searched one by one.
const maxSearched = 16

func (s *nameSet) has(n *node, key string) bool {
	if len(n.members) <= maxSearched {
		return n.has(key)
	}
	if s.names == nil {
		s.names = make(map[string]bool)
		for _, m := range n.members {
			s.names[m.key] = true
		}
	}
	return s.names[key]
}

func (s *nameSet) add(key string) {
	if s.names != nil {
		s.names[key] = true
	}
}
