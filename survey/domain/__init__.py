"""The pure middle: questionnaires, counting, scoring, periods. Imports nothing of ours from outside."""
