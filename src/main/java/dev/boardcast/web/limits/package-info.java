/**
 * Bounds of what clients may hold and do, per address or principal and in total. Every refusal
 * names the setting that bounds it and is counted under it.
 */
package dev.boardcast.web.limits;
