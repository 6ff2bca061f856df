"""The renderer warmed by its mere import: the fork server does it once for all of its workers."""

from hiring.summaries import pdf

pdf.warm()
