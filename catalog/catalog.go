package catalog

import (
	_ "embed"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"

	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A Catalog describes the APIs and applications of FreeSWITCH. It never changes, so it is safe for
// concurrent use. [Builtin] returns the built-in one.
type Catalog struct {
	apis, apps map[string]*Entry // by name, in lower case
	off        protectionSet     // the protections that are switched off
	// places are the built-in places of secrets and those of a policy. Nil means the built-in ones.
	places []SecretPlace
}

// apis.tsv and apps.tsv have a row for each API and each application in FreeSWITCH's own tree
// (1.11.3-dev, git cc93a68), from its source. The comments at their heads describe their columns.
var (
	//go:embed apis.tsv
	apisTSV string
	//go:embed apps.tsv
	appsTSV string
)

var builtin = sync.OnceValue(func() *Catalog {
	c := &Catalog{}
	var err error
	if c.apis, err = parseTable(apisTSV, "api"); err != nil {
		panic("catalog: internal error: " + err.Error())
	}
	if c.apps, err = parseTable(appsTSV, "app"); err != nil {
		panic("catalog: internal error: " + err.Error())
	}
	return c
})

// Builtin returns the built-in catalogue of FreeSWITCH's own tree. Every call returns the same one.
func Builtin() *Catalog { return builtin() }

// HasAPI reports whether the catalogue contains an API with that name, in any case.
func (c *Catalog) HasAPI(name string) bool { return c.apis[ascii.ToLower(name)] != nil }

// HasApp reports whether the catalogue contains an application with that name, in any case.
func (c *Catalog) HasApp(name string) bool { return c.apps[ascii.ToLower(name)] != nil }

// API returns the entry of an API, given its name in any case. It is never nil: the entry of an
// unknown API has Unlisted set.
func (c *Catalog) API(name string) *Entry { return lookup(c.apis, "api", name) }

// App returns the entry of an application, given its name in any case. It is never nil: the entry
// of an unknown application has Unlisted set.
func (c *Catalog) App(name string) *Entry { return lookup(c.apps, "app", name) }

// maxName is the maximum length, in bytes, of a name that is looked up without an allocation. No
// name in FreeSWITCH's tree is longer than 30 bytes.
const maxName = 64

// lookup returns the entry of name, given in any case, in table, or a new one for an unknown name.
func lookup(table map[string]*Entry, kind, name string) *Entry {
	if len(name) <= maxName {
		var buf [maxName]byte
		for i := range len(name) {
			buf[i] = ascii.Lower(name[i])
		}
		if e := table[string(buf[:len(name)])]; e != nil {
			return e
		}
	}
	name = ascii.ToLower(name)
	return &Entry{Name: name, Path: kind + " " + name, Unlisted: true}
}

// tableRows returns the rows of a table. Lines that begin with # are comments.
func tableRows(tsv string) iter.Seq[string] {
	return func(yield func(row string) bool) {
		for line := range strings.Lines(tsv) {
			if line[0] != '#' && !yield(strings.TrimSuffix(line, "\n")) {
				return
			}
		}
	}
}

func parseTable(tsv, kind string) (map[string]*Entry, error) {
	table := make(map[string]*Entry, strings.Count(tsv, "\n"))
	for line := range tableRows(tsv) {
		e, err := parseEntry(line, kind)
		if err != nil {
			return nil, fmt.Errorf("catalogue row %q: %w", line, err)
		}
		if table[e.Name] != nil {
			return nil, fmt.Errorf("catalogue row %q: duplicate name", line)
		}
		table[e.Name] = e
		e.Number = len(table)
	}
	return table, nil
}

func parseEntry(line, kind string) (*Entry, error) {
	cols := strings.Split(line, "\t")
	if len(cols) != 7 {
		return nil, fmt.Errorf("%d columns", len(cols))
	}
	for i := range cols {
		if cols[i] == "-" {
			cols[i] = ""
		}
	}
	e := &Entry{Name: ascii.ToLower(cols[0])}
	e.Path = kind + " " + e.Name
	var ok bool
	if e.Class, ok = effect.ParseClass(cols[1]); !ok && cols[1] != "" {
		return nil, fmt.Errorf("class %q", cols[1])
	}
	var err error
	if e.Split, err = fstext.ParseSplitter(cols[2]); err != nil {
		return nil, err
	}
	if e.fold, err = parseFold(cols[3]); err != nil {
		return nil, err
	}
	if e.uuid, err = parseUUIDRule(cols[4]); err != nil {
		return nil, err
	}
	if e.nests, ok = nestRules[cols[5]]; !ok {
		return nil, fmt.Errorf("nests %q", cols[5])
	}
	e.reads = parseReads(cols[6])
	return e, nil
}

// parseInts parses a comma-separated list of token indexes.
func parseInts(s string) ([]int, error) {
	if s == "" {
		return nil, nil
	}
	var list []int
	for f := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 || n > maxToken {
			return nil, fmt.Errorf("token index %q", f)
		}
		list = append(list, n)
	}
	return list, nil
}
