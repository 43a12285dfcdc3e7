/**
 * Exactness of the rollups: periodic audits that compare them with the facts, and rebuilds that
 * replace wrong rows on request, both while folds go on.
 */
package dev.boardcast.metrics.audit;
