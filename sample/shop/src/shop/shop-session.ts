/** What the shop remembers of a visitor. Each property is one field of the session. */
export interface ShopSession {
  name?: string;
  cart: Cart;
  viewed: string[];
}

export class Cart {
  /**
   * What lies in the cart: the piece's id to its sku. The browser makes the id, so that a request
   * may be repeated: putting the same piece in twice leaves one.
   */
  pieces: Record<string, string> = {};
}
