package fstext

import "strings"

// ArrayMark begins the text of a list. In a header of an event, and in a variable, FreeSWITCH
// stores a list of one element as that element, and an empty list as no value (switch_event.c,
// switch_event_base_add_header).
const ArrayMark = "ARRAY::"

// ArrayBetween separates the elements of a list.
const ArrayBetween = "|:"

// StoredValue returns the value that FreeSWITCH stores for a variable that is set to value: a list
// of one element is stored as that element.
func StoredValue(value string) string {
	if !strings.HasPrefix(value, ArrayMark) || strings.Contains(value, ArrayBetween) {
		return value
	}
	for strings.HasPrefix(value, ArrayMark) {
		value = value[len(ArrayMark):]
	}
	return value
}

// Readings returns the Elements of value, and for a list also the value as a whole, which is what
// FreeSWITCH reads if it does not treat the variable as a list.
func Readings(value string) []string {
	list := Elements(value)
	if len(list) > 1 && strings.HasPrefix(value, ArrayMark) {
		list = append(list, value)
	}
	return list
}

// Elements returns the elements of value if it is a list (ARRAY::a|:b), and value itself otherwise.
// A value without ARRAY:: that contains |: is returned both as a whole and split, since FreeSWITCH
// splits it if it is set as an element of a list.
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
