// Package words prepares the words in a policy's errors, warnings and reasons. It quotes untrusted
// text within bounds, and finds the known word that an unknown word was probably meant to be. It
// also compares words as FreeSWITCH does, ignoring the case of ASCII letters.
package words
