// Package basemap reads the map that lies under everything in the console from what is on this machine's disk: a PMTiles
// archive (version 3) of pictures, or a folder of them as z/x/y.png. Nothing is fetched from anywhere.
//
// Tiles are squares of the Web Mercator pyramid over WGS-84, the first row in the north (XYZ). A map in GCJ-02, which maps
// made in China for the public are, lies some hundred metres off and must be converted before: nothing is shifted here,
// because what is drawn over the map are places by which vehicles fly.
//
// PMTiles: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
package basemap
