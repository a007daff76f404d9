// Package fstext reads and writes FreeSWITCH's text forms: arguments that are split into tokens
// (switch_utils.c, switch_separate_string), blocks of variables, dial strings, the argument of
// originate, ${…} expansions and percent escapes. It knows no policies. Except for originate and
// console_complete, it does not know which API uses which form.
//
// Every reader reads a text as FreeSWITCH does. If FreeSWITCH could read it in more than one way,
// or would read past its end, the reader returns an error or false. Texts are forwarded in their
// canonical form, which is read again and compared with what was read first.
//
// The tests compare the readers with recordings of what a real FreeSWITCH made of thousands of
// texts (testdata).
package fstext
