/** The analysis board: messages and their classification, topics, analysis runs and feedback. */
package dev.boardcast.boards.analysis;
