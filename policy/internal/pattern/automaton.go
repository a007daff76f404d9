package pattern

import (
	"slices"

	"eslguard/fstext/ascii"
)

// manyGlobs is the fewest globs for which a pattern has an automaton.
const manyGlobs = 16

// An automaton finds, in one pass over a text, which of many globs may match it: those whose
// longest literal is in the text (Aho and Corasick, 1975). It ignores the case of ASCII letters, so
// the globs that it finds still have to be matched. It is never changed after it is made.
type automaton struct {
	nodes []autoNode
	// edges has the edges of all nodes. Those of a node go from its first edge up to the first edge
	// of the next node, sorted by byte.
	edges []autoEdge
	// found has the globs of the nodes, as linked lists.
	found []autoFound
	// always are the globs without literal text. They may match any text.
	always []int32
}

type autoNode struct {
	edge int32 // the index of its first edge
	fail int32 // the node of the longest proper suffix
	// first is the index of the first glob whose text ends here, and suffix is the next node along
	// fail that has one. Each is -1 if there is none.
	first, suffix int32
}

type autoEdge struct {
	by byte
	to int32
}

type autoFound struct {
	glob int32
	next int32
}

// newAutomaton returns an automaton for globs, or nil if there are fewer than manyGlobs.
func newAutomaton(globs []Glob) *automaton {
	if len(globs) < manyGlobs {
		return nil
	}
	b := autoBuilder{children: []map[byte]int32{{}}, first: []int32{-1}}
	a := &automaton{}
	for i := range globs {
		text := globs[i].longest()
		if text == "" {
			a.always = append(a.always, int32(i))
			continue
		}
		b.add(a, text, int32(i))
	}
	b.finish(a)
	return a
}

// longest returns the longest literal text of a glob, in lower case. It returns "" if the glob has
// none.
func (g *Glob) longest() string {
	text := ""
	for i := range g.Elements {
		if el := &g.Elements[i]; el.Kind == Literal && len(el.folded) > len(text) {
			text = el.folded
		}
	}
	return text
}

// An autoBuilder is the tree of texts from which an automaton is made.
type autoBuilder struct {
	children []map[byte]int32
	first    []int32
}

func (b *autoBuilder) add(a *automaton, text string, glob int32) {
	at := int32(0)
	for i := range len(text) {
		next, ok := b.children[at][text[i]]
		if !ok {
			next = int32(len(b.children))
			if b.children[at] == nil {
				b.children[at] = make(map[byte]int32, 1)
			}
			b.children[at][text[i]] = next
			b.children = append(b.children, nil)
			b.first = append(b.first, -1)
		}
		at = next
	}
	a.found = append(a.found, autoFound{glob: glob, next: b.first[at]})
	b.first[at] = int32(len(a.found) - 1)
}

// finish copies the tree into a and computes, for each node, where a search continues if no child
// matches.
func (b *autoBuilder) finish(a *automaton) {
	a.nodes = make([]autoNode, len(b.children), len(b.children)+1)
	for i, children := range b.children {
		a.nodes[i] = autoNode{edge: int32(len(a.edges)), first: b.first[i], suffix: -1}
		start := len(a.edges)
		for by, to := range children {
			a.edges = append(a.edges, autoEdge{by, to})
		}
		slices.SortFunc(a.edges[start:], func(x, y autoEdge) int { return int(x.by) - int(y.by) })
	}
	a.nodes = append(a.nodes, autoNode{edge: int32(len(a.edges))})
	for queue := []int32{0}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, e := range a.children(at) {
			queue = append(queue, e.to)
			n := &a.nodes[e.to]
			if at != 0 {
				n.fail = a.step(a.nodes[at].fail, e.by)
			}
			if n.suffix = a.nodes[n.fail].suffix; a.nodes[n.fail].first >= 0 {
				n.suffix = n.fail
			}
		}
	}
}

func (a *automaton) children(at int32) []autoEdge {
	return a.edges[a.nodes[at].edge:a.nodes[at+1].edge]
}

// step returns the node that follows at for a byte.
func (a *automaton) step(at int32, by byte) int32 {
	for {
		edges := a.children(at)
		if i, ok := slices.BinarySearchFunc(edges, by, func(e autoEdge, by byte) int { return int(e.by) - int(by) }); ok {
			return edges[i].to
		}
		if at == 0 {
			return 0
		}
		at = a.nodes[at].fail
	}
}

// find calls yield for each glob that may match text, until yield returns false. It may call yield
// several times for one glob.
func (a *automaton) find(text string, yield func(glob int) bool) {
	for _, g := range a.always {
		if !yield(int(g)) {
			return
		}
	}
	at := int32(0)
	for i := range len(text) {
		at = a.step(at, ascii.Lower(text[i]))
		for node := at; node > 0; node = a.nodes[node].suffix {
			for f := a.nodes[node].first; f >= 0; f = a.found[f].next {
				if !yield(int(a.found[f].glob)) {
					return
				}
			}
		}
	}
}
