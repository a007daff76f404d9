package command

// A Class is what the catalogue says an API or application is good for. The zero Class is
// no class: only a rule that names the API allows it.
type Class uint8

// The classes, written @status and so on in rules.
const (
	ClassNone Class = iota
	ClassStatus
	ClassRead
	ClassSecret
	ClassCall
	ClassOriginate
	ClassMedia
	ClassMessage
	ClassConfig
	ClassExec
	ClassNested
)

// String returns the class without its @, and "" for ClassNone.
func (c Class) String() string { panic("todo") }

// ParseClass returns the class of that name, without @, and false for an unknown one.
func ParseClass(s string) (Class, bool) { panic("todo") }

// A Module describes an API of a module that is not in FreeSWITCH's own tree, as a policy states it.
type Module struct {
	Name  string
	Class Class
	// UUID lists which tokens hold channel uuids, from 0.
	UUID []int
	// Split is "space", "words N", "char X N", "first" or "whole". Empty: whole.
	Split string
}

// A Catalog knows the APIs and applications of FreeSWITCH. It is never changed once made.
type Catalog struct {
}

// Builtin returns the embedded catalogue. Every call returns the same one.
func Builtin() *Catalog { panic("todo") }

// With returns a catalogue that also knows mods. Its error names the entry that is wrong
// or that FreeSWITCH's own tree already has.
func (c *Catalog) With(mods []Module) (*Catalog, error) { panic("todo") }
