"""Figures, dates, units and languages as people write them in German, English and Spanish."""
