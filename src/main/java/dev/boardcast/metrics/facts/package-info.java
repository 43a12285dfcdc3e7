/** The facts behind the metrics of a board, page by page. */
package dev.boardcast.metrics.facts;
