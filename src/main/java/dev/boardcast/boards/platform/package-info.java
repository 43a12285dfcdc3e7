/**
 * The platform board: revenue, transactions and views of a shop or media platform, and how many
 * users are there.
 */
package dev.boardcast.boards.platform;
