package fleet

// The kinds of share links in the store: the links, and each time that one was opened.
const (
	KindShare        Kind = "share"
	KindShareOpening Kind = "share-opening"
)
