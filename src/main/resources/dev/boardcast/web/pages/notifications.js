// Desktop notifications of alerts, for who has asked for them in this browser.

import { describe } from './bell.js';
import { keep, kept } from './storage.js';

const WANTED = 'boardcast.notifications';
const FEW = 3; // more are told of as a number

const isSupported = () => typeof Notification === 'function' && isSecureContext;

/** One of on, off, denied, and missing where this browser or this address has none. */
export function notifications() {
  if (!isSupported()) return 'missing';
  if (Notification.permission === 'denied') return 'denied';
  return isNotifying() ? 'on' : 'off';
}
const isNotifying = () => isSupported() && Notification.permission === 'granted' && kept(WANTED) === 'on';

/** Turns them on or off; called by a click only, since the browser may ask for permission. */
export async function setNotifications(isOn) {
  keep(WANTED, isOn ? 'on' : 'off');
  if (isOn && Notification.permission === 'default') await Notification.requestPermission();
}

/** Tabs that tell the same show it once: a notification replaces one of the same tag. */
export function notify(fresh) {
  if (!isNotifying()) return;
  const all = fresh.length > FEW ? [{ title: `${fresh.length} alerts fire`, tag: 'boardcast.alerts' }] : fresh.map((each) => ({ title: each.rule_name, body: describe(each), tag: `boardcast.${each.id}` }));
  for (const { title, ...options } of all) {
    try {
      const shownNow = new Notification(title, options);
      shownNow.onclick = () => {
        focus();
        location.hash = '#/alerts';
        shownNow.close();
      };
    } catch {
      return; // Some phones have them for service workers only.
    }
  }
}
