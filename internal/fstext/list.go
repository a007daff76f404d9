package fstext

import "strings"

// ArrayMark is how FreeSWITCH spells a list. In an event's header, or a variable, a list of one is
// its element, and one of nothing is no value at all (switch_event.c,
// switch_event_base_add_header).
const ArrayMark = "ARRAY::"

// ArrayBetween separates the elements of a list.
const ArrayBetween = "|:"

// StoredValue returns what FreeSWITCH keeps of the value of a variable: the element of a list of
// one.
func StoredValue(value string) string {
	if !strings.HasPrefix(value, ArrayMark) || strings.Contains(value, ArrayBetween) {
		return value
	}
	for strings.HasPrefix(value, ArrayMark) {
		value = value[len(ArrayMark):]
	}
	return value
}

// Readings returns elements, and besides what a variable that is read as a whole says: the list as
// it is written.
func Readings(value string) []string {
	list := Elements(value)
	if len(list) > 1 && strings.HasPrefix(value, ArrayMark) {
		list = append(list, value)
	}
	return list
}

// Elements returns the values that a variable's value stands for: those of an array
// (ARRAY::a|:b), or itself. Set as one of an array it is parted all the same, for FreeSWITCH
// keeps arrays as such texts; so where it could be parted, both readings count.
func Elements(value string) []string {
	list := []string{value}
	text := value
	for strings.HasPrefix(text, ArrayMark) {
		text = text[len(ArrayMark):]
		list = []string{text}
	}
	if strings.Contains(text, ArrayBetween) {
		if text != value {
			list = nil
		}
		for piece := range strings.SplitSeq(text, ArrayBetween) {
			list = append(list, strings.TrimPrefix(piece, ArrayMark))
		}
	}
	return list
}
