package fstext

import "strings"

// ListMark is the beginning of the value of a header that is a list, and ListSep separates its
// elements (switch_event.c).
const (
	ListMark = "ARRAY::"
	ListSep  = "|:"
)

// Unlist returns what FreeSWITCH stores for a value in an event or in a variable: a list with one
// element becomes that element (switch_event.c, switch_event_base_add_header).
func Unlist(value string) string {
	if list := Elements(value); len(list) == 1 {
		return list[0]
	}
	return value
}

// Elements returns the elements of a list, or the one value. The elements of a list at the
// beginning of a list belong to the outer one (switch_event.c, switch_event_add_array).
func Elements(value string) []string {
	if !strings.HasPrefix(value, ListMark) {
		return []string{value}
	}
	for strings.HasPrefix(value, ListMark) {
		value = value[len(ListMark):]
	}
	return strings.Split(value, ListSep)
}

// JoinList returns the text of a list, as a reader of the header sees it. A list of one has no mark
// (switch_event.c, switch_event_base_add_header).
func JoinList(elements []string) string {
	text := strings.Join(elements, ListSep)
	if len(elements) > 1 {
		text = ListMark + text
	}
	return text
}
