/** One thing the shop sells. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  readonly note: string;
}

export const PRODUCTS: readonly Product[] = [
  {
    sku: 'beans',
    name: 'House beans',
    price: 1250,
    note: 'Chocolate, hazelnut and a little orange. Roasted on Mondays, 350 g.',
  },
  {
    sku: 'kettle',
    name: 'Gooseneck kettle',
    price: 5900,
    note: 'Pours a thin, steady stream and never drips. Brushed steel, 0.9 l.',
  },
  {
    sku: 'dripper',
    name: 'Cone dripper',
    price: 2400,
    note: 'Stoneware with spiral ribs, for one cup or two. Fits all 02 papers.',
  },
  {
    sku: 'mill',
    name: 'Hand mill',
    price: 7900,
    note: 'Steel burrs and thirty clicks from espresso to French press.',
  },
  {
    sku: 'cup',
    name: 'Speckled cup',
    price: 1800,
    note: 'Thrown by hand, so no two are alike. Holds a large flat white.',
  },
  {
    sku: 'papers',
    name: 'Filter papers',
    price: 450,
    note: 'One hundred, unbleached, and none of the taste of paper.',
  },
];

export const SKUS: readonly string[] = PRODUCTS.map(({ sku }) => sku);
