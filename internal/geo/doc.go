// Package geo holds positions and the few geometric facts every other room needs: distance, bearing, local
// coordinates, datums, the ground by a grid of heights and what a camera sees of it, and distances between segments and polygons.
//
// Everything flies WGS-84. GCJ-02 appears only at the border (map tiles, a click on such a map, the intake of an
// incident) and is converted there. Horizontal positions are degrees, altitudes metres above mean sea level (AMSL);
// no altitude relative to anything stands here.
//
// Great-circle work is paulmach/orb's; local work happens in an East-North-Up frame, exact to a few centimetres over
// the 60 km of one city.
package geo
