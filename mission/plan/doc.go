// Package plan makes the lists of mission items that vehicles fly, and reads and writes them as QGroundControl's .plan
// files (https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/plan.html).
//
// A list is in the station's own terms: altitudes are metres AMSL, and only the kinds of fleet.ItemKind occur. What a
// file asks for beyond that is refused by name, never dropped in silence; only a first take-off and a last return or
// landing are left out, since every sortie begins at its own pad and ends as the Desk decides.
package plan
