package pattern

import (
	"slices"

	"eslguard/policy/internal/words"
)

// manyGlobs is how many alternatives a token has at least for an automaton to find which of them
// may match.
const manyGlobs = 16

// An automaton finds, in one pass over a text, which of many globs may match it: those whose
// longest literal text stands in it (Aho and Corasick, 1975). It folds the case of ASCII letters,
// so that what it finds is still to be matched. It is never changed once made.
type automaton struct {
	nodes []autoNode
	// edges of a node are those from its first edge up to the first one of the next node, sorted by
	// byte.
	edges []autoEdge
	// found are the globs of the nodes, chained by next.
	found []autoFound
	// always are the globs without literal text.
	always []int32
}

type autoNode struct {
	edge int32 // the first of its edges
	fail int32 // the node of the longest proper suffix
	// first is the first of the globs whose text ends here, and suffix the next node on the way of
	// fail that has any; -1: none.
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

// newAutomaton returns an automaton for globs, and nil for few of them.
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

// longest returns the longest literal text of a glob, folded.
func (g *Glob) longest() string {
	text := ""
	for i := range g.Elements {
		if el := &g.Elements[i]; el.Kind == Literal && len(el.folded) > len(text) {
			text = el.folded
		}
	}
	return text
}

// An autoBuilder is the tree of the texts that an automaton is made of.
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

// finish lays the tree out in a, and works out where a text goes on that no child continues.
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

// step returns the node behind at for a byte.
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

// find calls yield for each glob that may match text, one that is found more than once as often,
// until yield returns false.
func (a *automaton) find(text string, yield func(glob int) bool) {
	for _, g := range a.always {
		if !yield(int(g)) {
			return
		}
	}
	at := int32(0)
	for i := range len(text) {
		at = a.step(at, words.FoldByte(text[i]))
		for node := at; node > 0; node = a.nodes[node].suffix {
			for f := a.nodes[node].first; f >= 0; f = a.found[f].next {
				if !yield(int(a.found[f].glob)) {
					return
				}
			}
		}
	}
}
