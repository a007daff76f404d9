package document

// An API is one entry of "apis". It describes an API outside FreeSWITCH's own tree, or adds to the
// description of an API of the tree.
type API struct {
	Name         string
	Pos          Pos
	Class, Split Text
	UUID, Secret []int
	Subcommands  []Subcommand
}

// A Subcommand is one entry of an API's "subcommands". Class is empty if the file states none.
type Subcommand struct {
	Name   string
	Class  Text
	Secret []int
}

// maxSlot is the highest token index that "uuid" and "secret" may name: effects mark at most 64
// tokens.
const maxSlot = 63

func (doc *Document) api(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		d := API{Name: name, Pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"class", func(n *node, at *Path) { d.Class, _ = r.text(n, at) }},
			field{"split", func(n *node, at *Path) { d.Split, _ = r.text(n, at) }},
			field{"uuid", func(n *node, at *Path) { d.UUID = r.slots(n, at) }},
			field{"secret", func(n *node, at *Path) { d.Secret = r.slots(n, at) }},
			field{"subcommands", func(n *node, at *Path) {
				r.names(n, at, func(name string, _ Pos, n *node, at *Path) {
					d.Subcommands = append(d.Subcommands, r.subcommand(name, n, at))
				})
			}},
		)
		doc.APIs = append(doc.APIs, d)
	}
}

func (r *fileReader) subcommand(name string, n *node, at *Path) Subcommand {
	d := Subcommand{Name: name}
	r.object(n, at,
		field{"note", r.note},
		field{"class", func(n *node, at *Path) { d.Class, _ = r.text(n, at) }},
		field{"secret", func(n *node, at *Path) { d.Secret = r.slots(n, at) }},
	)
	return d
}

// slots reads a list of token indexes, from 0.
func (r *fileReader) slots(n *node, at *Path) (list []int) {
	r.array(n, at, 0, func(n *node, at *Path) { list = append(list, r.number(n, at, 0, maxSlot)) })
	return list
}
