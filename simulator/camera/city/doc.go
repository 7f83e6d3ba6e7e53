// Package city is the ground that the cameras look at: the made-up city of the console's map, street by street, and
// beneath it fields, woods, houses and yards that are a fixed function of the place.
//
// The streets, waters and quarters are made by the same arithmetic as the map's (ui/src/map/city.ts); both are held
// against testdata/city.txt. They are drawn into tiles of 256 × 256 pixels when somebody first looks there, at 1, 4 and
// 16 m a pixel, so that what is far is sampled no finer than it is seen. A line is never thinner than a pixel.
package city
