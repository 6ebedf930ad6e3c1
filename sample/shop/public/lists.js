// The user's devices and orders, and the admin's list of users.

import { price } from './counter.js';
import { element, make, showList } from './dom.js';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export function showDevices(devices, onLogOut) {
  showList(element('devices'), devices, ({ handle, device, createdAt, lastSeenAt, isThis }) => {
    const name = device ?? 'Unknown device';
    const seen = `Logged in ${time(createdAt)}, last seen ${time(lastSeenAt)}`;
    return [
      what(name, seen),
      isThis
        ? tag('this device')
        : button('Log out', `Log out ${name} of ${time(createdAt)}`, () => onLogOut(handle, name)),
    ];
  });
  element('log-out-others').disabled = devices.length < 2;
}

export function showOrders(orders) {
  showList(element('orders'), orders, ({ pieces, total, at }) => {
    const count = Object.keys(pieces).length;
    return [
      what(count === 1 ? '1 piece' : `${count} pieces`, `Ordered ${time(at)}`),
      make('span', { className: 'amount' }, [price(total)]),
    ];
  });
  element('orders-empty').hidden = orders.length > 0;
}

export function showUsers(users, self, onRole, onDisabled) {
  showList(element('users'), users, ({ name, role, disabled, devices }) => {
    const state = disabled ? 'disabled' : devices === 1 ? 'on 1 device' : `on ${devices} devices`;
    if (name === self) return [what(name, `${role}, ${state}`), tag('you')];
    const other = role === 'admin' ? 'customer' : 'admin';
    return [
      what(name, `${role}, ${state}`),
      button(`Make ${other}`, `Make ${name} ${other}`, () => onRole(name, other)),
      disabled
        ? button('Enable', `Enable ${name}`, () => onDisabled(name, false))
        : button('Disable', `Disable ${name}`, () => onDisabled(name, true)),
    ];
  });
}

function what(main, detail) {
  return make('span', { className: 'what' }, [
    make('strong', {}, [main]),
    make('small', {}, [detail]),
  ]);
}

function tag(text) {
  return make('span', { className: 'tag' }, [text]);
}

function button(text, label, onclick) {
  const made = make('button', { type: 'button', className: 'plain', onclick }, [text]);
  made.setAttribute('aria-label', label);
  return made;
}

function time(at) {
  return clock.format(new Date(at));
}
