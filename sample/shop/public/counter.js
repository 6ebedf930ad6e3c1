// The shop's side of the page: shelf, cart, recently viewed.

import { element, make } from './dom.js';

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

let products = [];

export function price(cents) {
  return euros.format(cents / 100);
}

export function productOf(sku) {
  return products.find((product) => product.sku === sku);
}

export function showProducts(list, onLook, onAdd) {
  products = list;
  element('products').replaceChildren(
    ...list.map((product) => {
      const look = make('button', { type: 'button', className: 'look-at' }, [
        picture(product.sku),
        make('span', { className: 'product-name' }, [product.name]),
        make('span', { className: 'price' }, [price(product.price)]),
      ]);
      look.onclick = () => onLook(product.sku);
      const add = make('button', { type: 'button', className: 'primary' }, ['Add to cart']);
      add.setAttribute('aria-label', `Add ${product.name} to cart`);
      add.onclick = () => onAdd(product.sku);
      return make('li', { className: 'product' }, [look, add]);
    }),
  );
}

export function showGreeting(name) {
  const hour = new Date().getHours();
  const time = hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
  element('greeting').textContent = name ? `${time}, ${name}.` : 'Welcome in.';
  if (document.activeElement !== element('name')) element('name').value = name ?? '';
}

/** Pieces of one product are one line. */
export function showCart(pieces, onAdd, onRemove) {
  const ids = Map.groupBy(Object.keys(pieces), (id) => pieces[id]);
  const lines = products.filter(({ sku }) => ids.has(sku));
  const focused = document.activeElement?.getAttribute('aria-label');
  element('cart').replaceChildren(
    ...lines.map(({ sku, name, price: each }) => {
      const of = ids.get(sku);
      return make('li', {}, [
        picture(sku),
        make('span', { className: 'line-name' }, [name]),
        make('span', { className: 'amount' }, [
          stepper('−', `One ${name} less`, () => onRemove(of.at(-1))),
          make('span', {}, [String(of.length)]),
          stepper('+', `One ${name} more`, () => onAdd(sku)),
        ]),
        make('span', { className: 'line-price' }, [price(each * of.length)]),
      ]);
    }),
  );
  if (focused)
    element('cart')
      .querySelector(`[aria-label="${CSS.escape(focused)}"]`)
      ?.focus();
  const skus = Object.values(pieces);
  element('cart-empty').hidden = skus.length > 0;
  element('total-row').hidden = skus.length === 0;
  element('check-out').hidden = skus.length === 0;
  element('cart-count').textContent = skus.length === 1 ? '1 piece' : `${skus.length} pieces`;
  element('total').textContent = price(
    skus.reduce((sum, sku) => sum + (productOf(sku)?.price ?? 0), 0),
  );
}

export function showViewed(skus, onLook) {
  element('viewed').replaceChildren(
    ...skus.map(productOf).map(({ sku, name }) => {
      const look = make('button', { type: 'button' }, [picture(sku), name]);
      look.onclick = () => onLook(sku);
      return make('li', {}, [look]);
    }),
  );
  element('viewed-empty').hidden = skus.length > 0;
}

/** Opens the product; calls back where it is to be bought. */
export function openLook({ sku, name, note, price: cents }, onAdd) {
  const dialog = element('look');
  element('look-picture').setAttribute('href', `pictures.svg#${sku}`);
  dialog.querySelector('.picture').dataset.sku = sku;
  element('look-name').textContent = name;
  element('look-note').textContent = note;
  element('look-price').textContent = price(cents);
  dialog.returnValue = '';
  dialog.onclose = () => dialog.returnValue === 'add' && onAdd(sku);
  if (!dialog.open) dialog.showModal();
}

function stepper(sign, label, onclick) {
  const button = make('button', { type: 'button', onclick }, [sign]);
  button.setAttribute('aria-label', label);
  return button;
}

function picture(sku) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `pictures.svg#${sku}`);
  svg.setAttribute('class', 'picture');
  svg.setAttribute('aria-hidden', 'true');
  svg.dataset.sku = sku;
  svg.append(use);
  return svg;
}
