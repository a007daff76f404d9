// Package document reads a policy's files: strict JSON, in which every value keeps its position.
//
// It checks the form of the document: that there are no unknown or duplicate keys, that values have
// the right type, and that required keys are present. Other packages interpret rules, networks and
// hashes; they add their problems to the same [Report]. A [Problem] names the file, line and
// column, says what is wrong, and where possible what was probably meant.
package document
