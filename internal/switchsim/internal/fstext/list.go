package fstext

import "strings"

// ListMark begins the value of a header that is a list, and ListSep parts its elements
// (switch_event.c).
const (
	ListMark = "ARRAY::"
	ListSep  = "|:"
)

// Unlist is what becomes of a value in an event or among variables, and so of what is handed on in
// an event: a list of one is taken for its only element (switch_event.c,
// switch_event_base_add_header).
func Unlist(value string) string {
	if list := Elements(value); len(list) == 1 {
		return list[0]
	}
	return value
}

// Elements are the values of a list, or the one value. A list that begins a list is part of it
// (switch_event.c, switch_event_add_array).
func Elements(value string) []string {
	if !strings.HasPrefix(value, ListMark) {
		return []string{value}
	}
	for strings.HasPrefix(value, ListMark) {
		value = value[len(ListMark):]
	}
	return strings.Split(value, ListSep)
}
