// Package ledger writes audit records and charges each to the client that causes it. It closes new
// connections while those that have not logged in have caused too many.
package ledger
