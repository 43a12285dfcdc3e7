/**
 * Reports of boards as PDF and PNG, drawn by PDFBox with a font of its own: nothing of it needs a
 * display, or fonts that are installed.
 */
package dev.boardcast.metrics.report;
