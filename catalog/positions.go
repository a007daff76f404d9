package catalog

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// positions.tsv has a row for each API, application, event, dialplan, channel verb and variable
// whose values have types, from FreeSWITCH's source (1.11.3-dev, git cc93a68). The comment at its
// head describes its columns.
//
//go:embed positions.tsv
var positionsTSV string

// positions are the forms that the tokens of one API, application or event may have, each with the
// types of the tokens. Forms with more fixed words come first.
type positions []alternative

// An alternative is one of these forms.
type alternative struct {
	// subs are the tokens that must be certain words.
	subs []subWord
	// at has the types of the first tokens, and rest is the type of all tokens after these.
	at   []argument.Type
	rest argument.Type
	// keys are the words that determine the type of the token after them.
	keys []keyType
}

// A keyType is the type of the token after a word and, in an event, of the value after word=.
type keyType struct {
	word string
	typ  argument.Type
}

// A subWord is a token that must be one of some words.
type subWord struct {
	index int
	words []string // a word that ends in * matches every token that begins with the rest
}

// A variableType is the type of a variable's value, and whether the value acts (Form.Acts).
type variableType struct {
	typ  argument.Type
	acts bool
}

// A positionTable is the parsed positions.tsv.
type positionTable struct {
	tokens   map[effect.Kind]map[string]positions
	vars     map[string]variableType
	families []variableFamily
}

// A variableFamily is all variables whose names begin with a prefix.
type variableFamily struct {
	prefix string
	variableType
}

var positionsOf = sync.OnceValue(func() *positionTable {
	table, err := parsePositionTable(positionsTSV)
	if err != nil {
		panic("catalog: internal error: " + err.Error())
	}
	return table
})

func parsePositionTable(tsv string) (*positionTable, error) {
	table := &positionTable{tokens: make(map[effect.Kind]map[string]positions), vars: make(map[string]variableType)}
	for line := range tableRows(tsv) {
		if err := table.add(line); err != nil {
			return nil, fmt.Errorf("positions row %q: %w", line, err)
		}
	}
	return table, nil
}

func (t *positionTable) add(line string) error {
	cols := strings.Split(line, "\t")
	if len(cols) != 3 {
		return fmt.Errorf("%d columns", len(cols))
	}
	if cols[0] == effect.KindVar.String() {
		return t.addVariable(cols[1], cols[2])
	}
	kind, ok := effect.ParseKind(cols[0])
	if !ok {
		return fmt.Errorf("kind %q", cols[0])
	}
	p, err := parsePositions(cols[2])
	if err != nil {
		return err
	}
	if t.tokens[kind] == nil {
		t.tokens[kind] = make(map[string]positions)
	}
	if t.tokens[kind][cols[1]] != nil {
		return errors.New("duplicate name")
	}
	t.tokens[kind][cols[1]] = p
	return nil
}

func (t *positionTable) addVariable(name, word string) error {
	word, acts := strings.CutSuffix(word, "!")
	typ, ok := argument.ParseType(word)
	if !ok {
		return fmt.Errorf("type %q", word)
	}
	v := variableType{typ: typ, acts: acts}
	if prefix, family := strings.CutSuffix(name, "*"); family {
		t.families = append(t.families, variableFamily{prefix: prefix, variableType: v})
		return nil
	}
	if _, twice := t.vars[name]; twice || name != ascii.ToLower(name) {
		return errors.New("duplicate name, or one that is not in lower case")
	}
	t.vars[name] = v
	return nil
}

func parsePositions(text string) (positions, error) {
	var p positions
	for form := range strings.SplitSeq(text, " | ") {
		if len(p) > 0 && len(p[len(p)-1].subs) == 0 {
			return nil, fmt.Errorf("no token can lead to %q", form)
		}
		a, err := parseForm(form)
		if err != nil {
			return nil, err
		}
		p = append(p, a)
	}
	slices.SortStableFunc(p, func(a, b alternative) int { return cmp.Compare(len(b.subs), len(a.subs)) })
	return p, nil
}

func parseForm(form string) (a alternative, err error) {
	listed := make(map[int]argument.Type)
	highest := -1
	var subs [][]string
	for word := range strings.FieldsSeq(form) {
		if list, ok := strings.CutPrefix(word, "sub="); ok {
			subs = append(subs, strings.Split(list, ","))
			continue
		}
		place, name, _ := strings.Cut(word, ":")
		typ, ok := argument.ParseType(name)
		if !ok {
			return a, fmt.Errorf("type in %q", word)
		}
		if keys, ok := strings.CutPrefix(place, "key="); ok {
			for key := range strings.SplitSeq(keys, ",") {
				a.keys = append(a.keys, keyType{key, typ})
			}
			continue
		}
		if place == "*" {
			a.rest = typ
			continue
		}
		i, err := strconv.Atoi(place)
		if err != nil || i < 0 || i > maxToken {
			return a, fmt.Errorf("token index in %q", word)
		}
		listed[i] = typ
		highest = max(highest, i)
	}
	for i, next := 0, 0; i < len(subs); i, next = i+1, next+1 {
		for ; listed[next] != 0 || hasKey(listed, next); next++ {
		}
		a.subs = append(a.subs, subWord{index: next, words: subs[i]})
		highest = max(highest, next)
	}
	a.at = make([]argument.Type, highest+1)
	for i := range a.at {
		a.at[i] = argument.TypeWord // a fixed word, unless it is listed
	}
	for i, typ := range listed {
		a.at[i] = typ
	}
	return a, nil
}

func hasKey(m map[int]argument.Type, key int) bool {
	_, ok := m[key]
	return ok
}

// has reports whether token is one of the words, in any case.
func (s *subWord) has(token string) bool {
	for _, w := range s.words {
		if prefix, ok := strings.CutSuffix(w, "*"); ok && ascii.HasPrefixFold(token, prefix) || w == token || ascii.EqualFold(w, token) {
			return true
		}
	}
	return false
}

// fits reports whether the tokens have this form.
func (a *alternative) fits(tokens []string) bool {
	for i := range a.subs {
		s := &a.subs[i]
		if s.index >= len(tokens) || !s.has(tokens[s.index]) {
			return false
		}
	}
	return true
}

// typeAt returns the type of token i.
func (a *alternative) typeAt(tokens []string, i int) argument.Type {
	if i > 0 {
		if t, ok := a.typeAfter(tokens[i-1]); ok {
			return t
		}
	}
	if i < len(a.at) {
		return a.at[i]
	}
	return a.rest
}

// typeAfter returns the type of the token after word, and false if word does not determine it.
func (a *alternative) typeAfter(word string) (argument.Type, bool) {
	for _, key := range a.keys {
		if ascii.EqualFold(key.word, word) {
			return key.typ, true
		}
	}
	return argument.TypeText, false
}

// anyText is the form of what is not in the catalogue.
var anyText = alternative{rest: argument.TypeText}

// form returns the first alternative that fits the tokens, and anyText if there is none.
func (p positions) form(tokens []string) *alternative {
	for i := range p {
		if p[i].fits(tokens) {
			return &p[i]
		}
	}
	return &anyText
}
