// Package words is about the words in a policy's errors, warnings and reasons: it quotes text that
// somebody else wrote, bounded, and finds the known word that an unknown one was probably meant to
// be. It also compares words the way FreeSWITCH does, without the case of ASCII letters.
package words
