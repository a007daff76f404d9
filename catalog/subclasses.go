package catalog

import (
	_ "embed"
	"strings"
	"sync"
)

// subclassesTSV has a row for each subclass that FreeSWITCH's own tree reserves. The comment at its
// head describes its columns.
//
//go:embed subclasses.tsv
var subclassesTSV string

var reservedSubclasses = sync.OnceValue(func() []string {
	var list []string
	for row := range tableRows(subclassesTSV) {
		name, _, _ := strings.Cut(row, "\t")
		list = append(list, name)
	}
	return list
})

// ReservedSubclasses returns the subclasses of CUSTOM events that the modules of FreeSWITCH's own
// tree reserve, sorted and without duplicates. FreeSWITCH adds the reserved subclasses of the
// modules that are loaded to a subscription to ALL (mod_event_socket.c, set_all_custom).
func ReservedSubclasses() []string { return append([]string(nil), reservedSubclasses()...) }
