/** How much of the map's left side the panel of zones covers, pixels. */
export const panelWide = 316
