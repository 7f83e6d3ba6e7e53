// Package ui carries the operator's console: a single page, built from TypeScript into dist/ before the daemon is, and
// embedded here so that the daemon is one file and needs no network for its map, fonts or icons.
//
//	wire/   the socket, HTTP and WHEP: the only rooms that talk to the station; wire types are generated
//	state/  what the station last said, and what the operator has selected
//	compute/ pure functions: ages, activity, recurrence, geometry; no component and no DOM
//	map/    the only room that touches MapLibre
//	i18n/   one typed catalogue, Chinese and English
//	view/   components; they render what the others computed
//
//	WebSocket → wire/ → state/ → components, and compute/ scene → map/ picture → a canvas over the map
//
// MapLibre draws the ground alone, and only when the operator moves it. What lives is laid out by pure functions of
// map/ and drawn on a 2D canvas above it, if it looks different: a computer without a graphics processor keeps up.
//
// dist/ is ignored by git but for an empty .gitkeep, which lets `go vet` embed it on a fresh clone; `make` builds the
// console first. The page runs under a strict Content-Security-Policy: no inline script, no eval, nothing from elsewhere.
package ui
