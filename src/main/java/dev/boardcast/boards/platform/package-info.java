/** The platform board: revenue, transactions, views and active users of a platform. */
package dev.boardcast.boards.platform;
