/** Where one picture is asked for below the API, and the token of a share link if that opens it. */
export interface PictureSource {
  readonly path: string
  readonly token?: string
}

export const ofCamera = (id: string): PictureSource => ({ path: `/cameras/${encodeURIComponent(id)}` })
export const ofViewing = (id: string, token: string): PictureSource => ({ path: `/share/${encodeURIComponent(id)}`, token })
