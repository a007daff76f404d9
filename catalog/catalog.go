package catalog

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// A Catalog knows the APIs and applications of FreeSWITCH. It is never changed once made.
type Catalog struct {
	apis, apps map[string]*Entry // by lower-case name
	off        protectionSet
	// places are the built-in ones and those of a policy. Nil: the built-in ones.
	places []SecretPlace
}

// apis.tsv and apps.tsv have a row for each API and application that is registered in
// FreeSWITCH's tree (1.11.3-dev, git cc93a68), as read in its source. The columns, "-" standing
// for nothing: name, class, how the argument is split, which tokens are compared without case,
// which hold channel uuids, what of other commands it holds, which subcommands only read.
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

// Builtin returns the embedded catalogue. Every call returns the same one.
func Builtin() *Catalog { return builtin() }

// HasAPI reports whether the catalogue knows an API of that name, in any case.
func (c *Catalog) HasAPI(name string) bool { return c.apis[ascii.ToLower(name)] != nil }

// HasApp reports whether the catalogue knows an application of that name, in any case.
func (c *Catalog) HasApp(name string) bool { return c.apps[ascii.ToLower(name)] != nil }

// API returns what is known of an API, given its name in any case.
func (c *Catalog) API(name string) *Entry { return lookup(c.apis, "api", name) }

// App returns what is known of an application, given its name in any case.
func (c *Catalog) App(name string) *Entry { return lookup(c.apps, "app", name) }

// maxName bounds the names that are folded without an allocation. No name in
// FreeSWITCH's tree is longer than 30 bytes.
const maxName = 64

// lookup finds name, in any case, in table. The entry of an unknown name says that
// nothing is known of it.
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

func parseTable(tsv, kind string) (map[string]*Entry, error) {
	table := make(map[string]*Entry, strings.Count(tsv, "\n"))
	for line := range strings.Lines(tsv) {
		e, err := parseEntry(strings.TrimSuffix(line, "\n"), kind)
		if err != nil {
			return nil, fmt.Errorf("catalogue row %q: %w", line, err)
		}
		if table[e.Name] != nil {
			return nil, fmt.Errorf("catalogue row %q: the name is there twice", line)
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

// parseInts reads a comma-separated list of token indexes.
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
