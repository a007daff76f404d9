// Package fstext reads and writes FreeSWITCH's text forms: arguments that a splitter cuts into
// tokens (switch_utils.c, switch_separate_string), blocks of variables, dial strings, the argument
// of originate, ${…} expansions, percent escapes. It knows no APIs and no policies.
//
// Every reader does what FreeSWITCH does. Where FreeSWITCH could read a text in more than one way,
// or reads past its end, the reader says so by an error or a false result. What a writer writes is
// read again and compared, so that a text that goes up means what was read.
//
// The tests compare with what a real FreeSWITCH made of thousands of texts (testdata).
package fstext
