"""Pictures: SVG by plain functions, without a clock and without anything read. Where a thing stands is told in per cent of the
width, so that a picture fits a telephone and a wall without its letters growing or shrinking."""
