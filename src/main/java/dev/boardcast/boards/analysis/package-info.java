/**
 * The analysis board: messages, what classifiers made of them, and the runs that look into them.
 */
package dev.boardcast.boards.analysis;
